"""The live room: connections, bounded outboxes, the guard at the door, and the bridge to Starlette's WebSocket."""
