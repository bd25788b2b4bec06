"""Pages, JSON and binary API over HTTP. It holds no analysis; `app` alone composes everything."""
