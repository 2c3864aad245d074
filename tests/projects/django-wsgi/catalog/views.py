from django.http import JsonResponse

from catalog.models import Product


def healthz(request):
    return JsonResponse({"status": "ok"})


def products(request):
    return JsonResponse({"products": list(Product.objects.values("name", "cents"))})
