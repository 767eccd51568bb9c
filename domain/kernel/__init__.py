"""What every bounded context builds on: messages, the decider, the ports and the one way to run a command."""
