"""Custom fields as screens use them: at hand, in words, written, shown before they are confirmed."""
