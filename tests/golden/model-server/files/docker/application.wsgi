# Made by scaffold. mod_wsgi serves what is called `application`.
from irises.app import app

application = app
