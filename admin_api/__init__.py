"""The staff's door: the REST API and the console (`door`), and the client by which programs use it (`client`)."""
