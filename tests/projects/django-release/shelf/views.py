from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from shelf.models import Book


def health(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def books(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"books": list(Book.objects.values_list("title", flat=True)), "style": static("library/page.css")})
