package main

// help is the answer to --help. A test keeps it complete, and within 80
// columns.
const help = `usage: mockimds [flags]

Serves task credentials and task metadata as the ECS agent does, rate limit
included. Without flags it is the agent as it comes: 40 requests a second and
bursts of 60, for each source address and path. With --service imds it is the
metadata service of an EC2 instance, with --service eks-pod-identity the EKS Pod
Identity agent. All credentials are fake.

The first line on stdout is the server's address. It serves until it is
interrupted or terminated, then answers what it has begun and exits with 0.

What it serves:
      --profile PROFILE        the endpoint and the tasks of a profile, as
                               loadgen run PROFILE --target asks for them
      --service NAME           which endpoint to be: ecs, imds or
                               eks-pod-identity (default ecs)
      --tasks N                how many tasks it knows (default 1)
      --seed N                 what the tasks' IDs derive from (default 1)
      --lifetime D             life of the credentials (default 6h)
      --renew-before D         how long before they expire the server renews
                               them (default 1h)
      --instance-tag KEY=VALUE a tag of the instance; may be given again

Of the service ecs:
      --pending D              no credentials (503) for so long after the start,
                               as after a restart of the agent (default 0s)
      --flavour NAME           whose metadata: ec2 or fargate (default ec2)
      --tag KEY=VALUE          a tag of every task; may be given again
      --association TYPE/NAME=JSON
                               what every task is associated with, likewise
      --standalone             the tasks belong to no service
      --audit-log FILE         append the agent's credentials audit log to FILE,
                               as loadgen trace import reads it
      --audit-log-max-size SIZE
                               begin another file when FILE has reached SIZE,
                               and keep 24: 500kB, 5MB, or none (default 5MB)

Of the service imds:
      --tokens WHICH           session tokens are optional or required
                               (default optional)
      --hop-limit N            hops that the answer to a PUT goes (default 1)
      --hops N                 hops between the server and its clients: where
                               the limit is lower, no token arrives (default 1)
      --role NAME              the role, or none (default app-instance-role)
      --role-failure CODE      what is wrong with the role, such as
                               AssumeRoleUnauthorizedAccess
      --user-data FILE         the user data, at most 16 KiB (default none)
      --imds-disabled          everything is forbidden

Of the service eks-pod-identity:
      --token-file FILE        where the token of the first pod is written, and
                               renewed as kubelet does (default a file that goes
                               when the server ends)
      --token-lifetime D       life of the tokens (default 24h)
      --strict-host            refuse a Host header that is not the agent's own
                               address, such as 127.0.0.1

Task I has the address 127.0.0.I, counted from 1, for what tells tasks by their
address (metadata v2, and all of the service imds).

How it throttles:
      --limit RATE,BURST       token bucket (default 40,60, imds none,
                               eks-pod-identity 1000,500); RATE is per second,
                               or has its unit: 30/m, 100/h. It goes before
                               ECS_TASK_METADATA_RPS_LIMIT in the environment,
                               which is for ecs and read as the agent does; both
                               before a profile
      --scope SCOPE            what shares a bucket: host, tenant, task, path or
                               ip+path (default ip+path, imds host,
                               eks-pod-identity path)
      --on-exceed ACTION       beyond the limit: a status, drop or delay
                               (default 429, imds 503)
      --latency P50,P99        service time, log-normal: 2ms,15ms (default none)

Where it listens:
      --listen HOST:PORT       (default 127.0.0.1:0, any free port)
      --hosts N                serve so many hosts, each with all the tasks and
                               limits of its own, on the ports from PORT on;
                               those behind the first are told on stderr, and
                               by --admin (default 1)
      --allow-remote           let --listen and --admin be addresses that are
                               not loopback
      --max-connections N      how many connections a host holds; one more is
                               reset (default 10000)
      --print-env              print the environment of the first task as well

How it is operated (docs/operating.md):
      --admin HOST:PORT        state, metrics, changes of limits and faults
                               while it serves; the address is told on stderr
      --log FILE               a line of JSON for every request that a limit
                               turns away or a fault befalls; - is stderr
      --log-max-size SIZE      likewise for FILE (default 50MB)

  -h, --help                   print this
      --version                print the version

Give an application the first task's environment:

  mockimds --print-env > mock.env &
  until [ -s mock.env ]; do sleep 0.1; done
  eval "$(grep ^export mock.env)"
`
