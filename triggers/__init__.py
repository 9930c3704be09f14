"""What lives in the database: which models are watched, and the triggers that tell of every change to their rows."""
