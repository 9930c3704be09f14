"""Development: the site and the gateway on one port."""
