"""The floor everything stands on: ids, time, money, errors, signals, tasks, codec, logs, assets."""
