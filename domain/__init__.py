"""Pure rules: no input or output, no clock, no framework. `now` and ids are passed in."""
