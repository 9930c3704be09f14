"""A simulated observatory: its plan is made, and lived in accelerated time. `simulator` is where it runs."""
