"""A proxy of the method CONNECT that leads the addresses of the clouds to servers of this machine, and nowhere else."""

import select
import socket
import socketserver
import threading


def start_proxy(ports):
    """`ports` gives the local port of a host. Gives the proxy's address."""

    class Tunnel(socketserver.StreamRequestHandler):
        def handle(self):
            _, target, *_ = self.rfile.readline().decode().split(" ")
            while self.rfile.readline().strip():
                pass
            port = ports.get(target.rpartition(":")[0])
            if port is None:
                self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
                return
            with socket.create_connection(("127.0.0.1", port)) as upstream:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                _copy_both_ways(self.connection, upstream)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def _copy_both_ways(one, other):
    while True:
        for source in select.select([one, other], [], [])[0]:
            data = source.recv(65536)
            if not data:
                return
            (other if source is one else one).sendall(data)
