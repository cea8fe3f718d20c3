from django.http import JsonResponse


def health(request):
    return JsonResponse({"status": "up"})


def berths(request):
    return JsonResponse({"free": [3, 7, 12]})
