# Made by scaffold from pyproject.toml, poetry.lock and the source.
#
# gunicorn's settings. Those that change from place to place come from the environment:
#
#   PORT                 the port to listen on, 5000 without it
#   WEB_CONCURRENCY      worker processes; without it, what the container's CPU and memory limits carry
#   WEB_MAX_REQUESTS     replace a worker after so many requests, against slow leaks; never without it
#   FORWARDED_ALLOW_IPS  proxies whose X-Forwarded-* headers are believed ("*": any), 127.0.0.1 without it
#   GUNICORN_CMD_ARGS    any other option, such as "--timeout=120"; it overrides this file

import math
import os

# What a worker takes before it is busy. Measure yours, and lower or raise this.
MEMORY_PER_WORKER = 150 * 1024 * 1024
# One container does not grow past this by itself: the machine may be large and shared.
MOST_WORKERS = 12


def number(name, default, least=0):
    """The whole number in an environment variable; unset or empty means the default."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or int(text) < least:
        raise SystemExit("{}: expected a whole number from {} up, found {!r}".format(name, least, text))
    return int(text)


def control_groups(root, controller):
    """The folders whose limits bind this process, in cgroup v1 and v2: its own group and all above it."""
    try:
        with open(os.path.join(root, "proc/self/cgroup")) as lines:
            entries = [line.strip().split(":", 2) for line in lines]
    except (OSError, ValueError):
        entries = []
    folders = {os.path.join(root, "sys/fs/cgroup"), os.path.join(root, "sys/fs/cgroup", controller)}
    for entry in entries:
        if len(entry) != 3 or (entry[1] and controller not in entry[1].split(",")):
            continue
        folder = os.path.join(root, "sys/fs/cgroup", controller if entry[1] else "")
        for part in entry[2].strip("/").split("/"):
            folder = os.path.join(folder, part)
            folders.add(folder)
    return sorted(folders)


def words(folder, name):
    """The words in a limit file, none when it cannot be read."""
    try:
        with open(os.path.join(folder, name)) as file:
            return file.read(4096).split()
    except (OSError, ValueError):
        return []


def positive(text):
    """The number in the text, infinity for a word such as `max`, or for a number that means no limit."""
    return int(text) if text.isdecimal() and int(text) > 0 else math.inf


def available_cpus(root="/", cores=None):
    """CPUs that this process may use: a quota such as 1.5 counts, the machine's other cores do not."""
    if cores is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    limits = [cores]
    for folder in control_groups(root, "cpu"):
        limit = words(folder, "cpu.max") or words(folder, "cpu.cfs_quota_us") + words(folder, "cpu.cfs_period_us")
        if len(limit) == 2 and positive(limit[1]) < math.inf:
            limits.append(positive(limit[0]) / positive(limit[1]))
    return min(limits)


def available_memory(root="/"):
    """Bytes that this process may use, infinity without a limit."""
    limits = [math.inf]
    for folder in control_groups(root, "memory"):
        limits.extend(map(positive, words(folder, "memory.max") + words(folder, "memory.limit_in_bytes")))
    return min(limits)


def worker_count(cpus, memory, blocking):
    """Workers for those limits. A blocking worker serves one request at a time, so it takes more of them."""
    wanted = math.ceil(2 * cpus) + 1 if blocking else max(2, math.ceil(cpus))
    return max(1, int(min(wanted, MOST_WORKERS, memory / MEMORY_PER_WORKER)))


bind = "0.0.0.0:{}".format(number("PORT", 5000, 1))

worker_class = "gthread"
threads = 4
workers = number("WEB_CONCURRENCY", None, 1) or worker_count(
    available_cpus(), available_memory(), blocking=worker_class == "sync"
)
max_requests = number("WEB_MAX_REQUESTS", 0)
max_requests_jitter = max_requests // 10

# Heartbeats are files: on a disk that stalls, gunicorn would take busy workers for dead ones.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

# Time to answer the requests under way; Compose here and Kubernetes by default kill after 30 seconds.
graceful_timeout = 25
# Longer than the 60 seconds for which most load balancers keep an idle connection.
keepalive = 65

# Newer releases open a socket below $HOME for gunicornc; a container is managed from outside.
control_socket_disable = True

forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS") or "127.0.0.1"

accesslog = "-"
access_log_format = '%(h)s "%(r)s" %(s)s %(b)s bytes %(M)s ms "%(f)s" "%(a)s"'
