"""The labelled set of moments: scripted visitors in the demo shop, and what is found in their visits."""
