"""One file a schema version; the highest number is the version this release writes."""
