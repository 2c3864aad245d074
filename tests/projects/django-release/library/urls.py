from django.urls import path
from shelf.views import books, health

urlpatterns = [path("healthz", health), path("books", books)]
