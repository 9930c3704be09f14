"""The applications of the peers that need one: each follows the broadcast channel, as little as it can be done with."""
