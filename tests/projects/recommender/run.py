"""HTTP front of the recommender: GET /recommend?user_id=7&limit=5."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from recommend import Current, UnknownUserError

PORT = 8080

log = logging.getLogger("recommender")


class Handler(BaseHTTPRequestHandler):
    current: Current

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/health":
            self.answer(HTTPStatus.OK, {"status": "ok"})
        elif url.path == "/recommend":
            self.recommend(parse_qs(url.query))
        else:
            self.answer(HTTPStatus.NOT_FOUND, {"error": "no such page"})

    def recommend(self, query: dict[str, list[str]]) -> None:
        try:
            user_id = int(query["user_id"][0])
            limit = int(query.get("limit", ["5"])[0])
        except (KeyError, ValueError):
            self.answer(HTTPStatus.BAD_REQUEST, {"error": "user_id must be a number"})
            return
        try:
            items = self.current.recommender.recommend(user_id, limit)
        except UnknownUserError:
            self.answer(HTTPStatus.NOT_FOUND, {"error": f"user {user_id} is not known"})
            return
        self.answer(HTTPStatus.OK, {"user_id": user_id, "items": items})

    def answer(self, status: HTTPStatus, body: dict[str, object]) -> None:
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:
        log.info(format, *args)


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    Handler.current = Current()
    Handler.current.follow()
    server = ThreadingHTTPServer(("0.0.0.0", PORT), Handler)
    log.info("listening on port %d", PORT)
    server.serve_forever()


if __name__ == "__main__":
    main()
