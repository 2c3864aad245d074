from django.db import models


class Product(models.Model):
    name = models.CharField(max_length=200)
    cents = models.PositiveIntegerField()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name
