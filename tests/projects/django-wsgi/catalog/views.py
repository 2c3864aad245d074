from django.http import JsonResponse
from django.templatetags.static import static

from catalog.models import Product


def healthz(request):
    return JsonResponse({"status": "ok"})


def products(request):
    return JsonResponse({"products": list(Product.objects.values("name", "cents"))})


def about(request):
    return JsonResponse({"style": static("catalog/page.css"), "scheme": request.scheme})
