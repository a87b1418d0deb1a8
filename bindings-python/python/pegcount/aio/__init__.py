"""The client for asyncio: the same as the one for threads but for the pump. Nothing of it is imported by the other."""
