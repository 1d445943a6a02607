/* echo PORT: an echo server on libuv. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

static char buffer[64 << 10]; /* of whichever connection reads */

/* What the system did not take at once. */
struct rest {
    uv_write_t request;
    char data[];
};

static void closed(uv_handle_t *h) { free(h); }

static void sent(uv_write_t *w, int status) {
    (void)status; /* the next read will tell */
    free(w);
}

static void space(uv_handle_t *h, size_t want, uv_buf_t *b) {
    (void)h;
    (void)want;
    *b = uv_buf_init(buffer, sizeof buffer);
}

static void received(uv_stream_t *s, ssize_t n, const uv_buf_t *b) {
    if (n < 0) {
        uv_close((uv_handle_t *)s, closed);
        return;
    }
    uv_buf_t data = uv_buf_init(b->base, (unsigned)n);
    int done = uv_try_write(s, &data, 1);
    if (done < 0)
        done = 0;
    if (done == n)
        return;
    struct rest *r = malloc(sizeof *r + (size_t)(n - done));
    memcpy(r->data, b->base + done, (size_t)(n - done));
    uv_buf_t left = uv_buf_init(r->data, (unsigned)(n - done));
    if (uv_write(&r->request, s, &left, 1, sent))
        free(r);
}

static void connected(uv_stream_t *server, int status) {
    uv_tcp_t *c;
    if (status < 0)
        return;
    c = malloc(sizeof *c);
    uv_tcp_init(server->loop, c);
    if (uv_accept(server, (uv_stream_t *)c)) {
        uv_close((uv_handle_t *)c, closed);
        return;
    }
    uv_tcp_nodelay(c, 1);
    uv_read_start((uv_stream_t *)c, space, received);
}

int main(int argc, char **argv) {
    uv_tcp_t server;
    struct sockaddr_in at;
    int err;
    if (argc != 2)
        return 2;
    uv_ip4_addr("127.0.0.1", atoi(argv[1]), &at);
    uv_tcp_init(uv_default_loop(), &server);
    if ((err = uv_tcp_bind(&server, (struct sockaddr *)&at, 0)) ||
        (err = uv_listen((uv_stream_t *)&server, 4096, connected))) {
        fprintf(stderr, "echo: %s\n", uv_strerror(err));
        return 1;
    }
    return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
