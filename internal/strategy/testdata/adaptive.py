"""Records what botocore's client-side rate limiter does, for TestAdaptiveIsBotocore.

    pip install botocore==1.44.8 && python adaptive.py > adaptive.txt

It runs botocore's own ClientRateLimiter, RateClocker, CubicCalculator and TokenBucket
with a clock of its own. A scenario is a list of sends, each some milliseconds after the
last one was answered; an answer comes 20 ms after its send, and is a throttle or not. A
line of the output is a send: when it is wanted, how long the bucket makes it wait, when
it is answered, whether with a throttle, and what the limiter then has: the measured rate,
the rate at which tokens come, the capacity of the bucket and the tokens in it.
"""

import random

import botocore
from botocore.retries import adaptive, bucket, throttling


class Clock:
    now = 0.0

    def current_time(self):
        return self.now


class Condition:
    """Lets the clock run where a thread would wait."""

    def __init__(self, inner, clock):
        self.inner, self.clock = inner, clock

    def __enter__(self):
        return self.inner.__enter__()

    def __exit__(self, *args):
        return self.inner.__exit__(*args)

    def notify(self):
        pass

    def wait(self, seconds):
        self.clock.now += max(seconds, 1e-9)  # a clock moves on, however little


class Detector:
    def is_throttling_error(self, throttled):
        return throttled


def play(name, start, sends):
    clock = Clock()
    clock.now = start
    tokens = bucket.TokenBucket(max_rate=1, clock=clock)
    tokens._new_fill_rate_condition = Condition(tokens._lock, clock)
    clocker = adaptive.RateClocker(clock)
    limiter = adaptive.ClientRateLimiter(
        rate_adjustor=throttling.CubicCalculator(
            starting_max_rate=0, start_time=clock.current_time()
        ),
        rate_clocker=clocker,
        token_bucket=tokens,
        throttling_detector=Detector(),
        clock=clock,
    )
    print(f"# {name}, from {start}")
    for pause, throttled in sends:
        clock.now += pause / 1000
        wanted = clock.now
        limiter.on_sending_request(request=None)
        waited = clock.now - wanted
        clock.now += 0.02
        limiter.on_receiving_response(throttled=throttled)
        print(
            f"{wanted:.9f} {waited:.9f} {clock.now:.9f} {int(throttled)} "
            f"{clocker.measured_rate:.9f} {tokens.max_rate:.9f} "
            f"{tokens.max_capacity:.9f} {tokens.available_capacity:.9f}"
        )


print(f"# botocore {botocore.__version__}")
play("never throttled", 0.2513, [(80, False)] * 30)
play("throttled at once", 0.0007, [(0, True)] + [(30, False)] * 20)
play("one throttle, then growth", 3.7531, [(30, False)] * 60 + [(30, True)] + [(30, False)] * 120)
play("one throttle a while", 10.1003, [(45, i % 17 == 16) for i in range(150)])
play("throttled for ever", 0.5009, [(100, True)] * 30)
play("a quiet time between", 1.0017, [(10, False)] * 40 + [(10, True)] + [(10, False)] * 20 + [(60000, False)] + [(10, i == 5) for i in range(40)])
draw = random.Random(1)
play("at random", 7.3011, [(draw.randrange(400), draw.random() < 0.3) for _ in range(200)])
