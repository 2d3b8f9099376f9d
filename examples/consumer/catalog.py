"""Names of products, by number: GET /products/7."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PRODUCTS = {"7": "umbrella", "8": "raincoat"}


class Catalog(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/ready":
            self.answer(200, "ready")
            return
        product = PRODUCTS.get(self.path.removeprefix("/products/"))
        self.answer(200 if product else 404, product or "no such product")

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("content-type", "text/plain; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("", 8080), Catalog).serve_forever()
