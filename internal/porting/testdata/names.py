"""Print the public names of the asyncio at hand, as names.txt begins with."""

import asyncio
import asyncio.subprocess
import inspect
import textwrap

# Classes whose methods count as those of one thing.
SAME = {
    "AbstractEventLoop": "loop",
    "BaseEventLoop": "loop",
    "SelectorEventLoop": "loop",
    "EventLoop": "loop",
    "AbstractServer": "Server",
}

members = {}


def collect(name, cls):
    # The classes for policies and child watchers are deprecated or gone.
    if name.endswith(("Policy", "Watcher")):
        return
    of = members.setdefault(SAME.get(name, name), {})
    of.update((member, None) for member in vars(cls) if not member.startswith("_"))


for name in asyncio.__all__:
    print(name)
    value = getattr(asyncio, name)
    if inspect.isclass(value):
        collect(name, value)
collect("Process", asyncio.subprocess.Process)
for name, of in members.items():
    if of:
        prefix = name + ": "
        print(textwrap.fill(" ".join(of), 78, initial_indent=prefix, subsequent_indent=prefix))
