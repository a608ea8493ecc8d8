"""The front end: styles, the live session in TypeScript, and the types that both ends share."""
