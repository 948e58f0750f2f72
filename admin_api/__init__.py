"""The admin API: REST, the console (`app` puts both together), and the client by which programs use it."""
