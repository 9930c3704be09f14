"""An app of the tests alone: tables of every odd shape that a watch can meet."""
