# Made by scaffold. `waitress-serve` dies at SIGTERM with the requests that it is answering; this answers them first.
import os
import signal
import threading
import time

from waitress import create_server

from pipeline.page import app

# Seconds; Compose here and Kubernetes by default kill after 30.
GRACE = 25


def is_busy(channel):
    """Whether a connection has a request without its whole answer."""
    return bool(channel.requests) or channel.writable()


def interrupt_when_idle(server):
    """End the server's loop as soon as every request is answered."""
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline and any(map(is_busy, list(server.active_channels.values()))):
        time.sleep(0.1)
    os.kill(os.getpid(), signal.SIGINT)


def forwarded():
    """Whose X-Forwarded-* headers are believed: FORWARDED_ALLOW_IPS names the proxy ("*": any)."""
    proxy = os.environ.get("FORWARDED_ALLOW_IPS")
    if not proxy:
        return {}
    headers = {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"}
    return {"trusted_proxy": proxy, "trusted_proxy_headers": headers, "clear_untrusted_proxy_headers": True}


def main():
    server = create_server(app, listen="0.0.0.0:8080", **forwarded())

    def stop(signum, frame):
        server.accepting = False
        threading.Thread(target=interrupt_when_idle, args=(server,), daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    server.run()


if __name__ == "__main__":
    main()
