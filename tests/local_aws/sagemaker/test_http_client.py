"""HTTP client of a container: connections are kept, and no request is sent twice by mistake."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from local_aws.sagemaker.http_client import HttpClient, RequestFailed

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@asynccontextmanager
async def server(*replies):
    """A server that gives each request the next reply; None closes the connection instead."""
    left, connections = list(replies), []

    async def serve(reader, writer):
        connections.append(writer)
        while await read_request(reader):
            reply = left.pop(0)
            if reply is None:
                break
            writer.write(reply)
            await writer.drain()
            if b"connection: close" in reply:
                break
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        client = HttpClient("127.0.0.1", listening.sockets[0].getsockname()[1])
        yield client, connections
        client.close()
        for connection in connections:
            connection.close()
            await connection.wait_closed()


async def read_request(reader):
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return False
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return True


async def ask(client, body=b"x"):
    reply = await client.request("POST", "/invocations", {"content-type": "text/csv"}, body)
    return reply.status, reply.body


def test_one_connection_answers_many_requests():
    async def main():
        async with server(OK, OK, OK) as (client, connections):
            assert [await ask(client) for _ in range(3)] == [(200, b"ok")] * 3
            return len(connections)

    assert asyncio.run(main()) == 1


def test_requests_at_once_have_a_connection_each():
    async def main():
        async with server(OK, OK, OK) as (client, connections):
            answers = await asyncio.gather(*(ask(client) for _ in range(3)))
            return answers, len(connections)

    assert asyncio.run(main()) == ([(200, b"ok")] * 3, 3)


def test_a_reply_in_chunks_is_put_together():
    chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"

    async def main():
        async with server(chunked, OK) as (client, _):
            return await ask(client), await ask(client)

    assert asyncio.run(main()) == ((200, b"abc"), (200, b"ok"))


def test_a_connection_that_the_container_closes_is_not_used_again():
    closing = OK.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n")

    async def main():
        async with server(closing, OK) as (client, connections):
            await ask(client)
            await ask(client)
            return len(connections)

    assert asyncio.run(main()) == 2


def test_a_request_on_a_connection_that_had_aged_is_sent_once_more():
    async def main():
        async with server(OK, None, OK) as (client, _):
            return await ask(client), await ask(client)

    assert asyncio.run(main()) == ((200, b"ok"), (200, b"ok"))


def test_a_request_that_breaks_a_fresh_connection_is_not_sent_again():
    async def main():
        async with server(None, OK) as (client, _):
            await ask(client)

    with pytest.raises(RequestFailed) as failed:
        asyncio.run(main())
    assert not failed.value.may_repeat


def test_a_request_that_never_left_may_be_repeated():
    with pytest.raises(RequestFailed) as failed:
        asyncio.run(ask(HttpClient("127.0.0.1", 1)))
    assert failed.value.may_repeat


@pytest.mark.parametrize("reply", [b"what?\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-le"])
def test_a_reply_that_is_not_whole_http_is_a_failure(reply):
    async def main():
        async with server(reply) as (client, connections):
            request = asyncio.create_task(ask(client))
            await asyncio.sleep(0.05)
            connections[0].close()
            await request

    with pytest.raises(RequestFailed):
        asyncio.run(main())


def test_a_late_reply_does_not_answer_the_next_request():
    async def main():
        async with server(b"", OK) as (client, connections):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(ask(client), timeout=0.05)
            answer = await ask(client)
            return answer, len(connections)

    assert asyncio.run(main()) == ((200, b"ok"), 2)
