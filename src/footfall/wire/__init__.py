"""The chunk format: its schema, its limits, its codec. It stands alone and does no I/O."""
