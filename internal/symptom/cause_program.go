package symptom

import "tenement/internal/startup"

// The causes for which a task gets no place, or its container does not run, or not on.
var (
	programEnded = Cause{
		Name: "program", Title: "The container started, and its own program ended",
		Test: "the container has an exit code: 137 out of memory or killed, 139 a crash, 1 or 2 an error of its own, which is in its log; an error of credentials there is a text of its own: diagnose that",
		Set:  "what the log says; memory in the task definition for 137",
		Run:  "loadgen run metastable-relaunch --engine sim",
	}
	wrongCommand = Cause{
		Name: "wrong-command", Title: "The container's command, user, working directory or mount does not fit its image",
		Test: "fails at once, on every start; docker run of the same image with the same command fails too; the text names a file that is not there",
		Set:  "command, entryPoint, user, workingDirectory and mountPoints in the task definition",
	}
	memory = Cause{
		Name: "memory", Title: "The container used more memory than its task definition allows",
		Test: "exit code 137, OOMKilled in docker inspect; MemoryUtilization rises to 100 % before it ends; at once if even its first process does not fit",
		Set:  "memory of the container or the task; a limit in the program itself below it (heap of a JVM, of Node.js)",
	}
	healthCheck = Cause{
		Name: "health-check", Title: "The task did not become healthy in time",
		Test: "it ran, and no exit code of its own; a start that waits for credentials takes longer than the grace period",
		Set:  "healthCheckGracePeriodSeconds above the slowest start; the security group between load balancer and task",
		Run:  "loadgen run deploy-storm --engine sim",
	}
	seeReason = Cause{
		Name: "stopped-reason", Title: "Its tasks end before they are healthy; why, only their own stopped reason says",
		Test: "aws ecs describe-tasks of a task that has stopped: stoppedReason, and reason and exitCode of its containers",
		Set:  "what loadgen diagnose says of that text",
	}
	slowDaemon = Cause{
		Name: "slow-daemon", Title: "Docker on the instance is too slow or hangs: the disk, or a log driver that waits for CloudWatch",
		Test: "on one instance, in busy minutes: disk credits or throughput; on all, since a change: the log driver's endpoint (logs) is a black hole",
		Set:  "a faster volume, fewer tasks at once, awslogs in mode non-blocking; the VPC endpoint logs",
		Run:  "loadgen run cold-start --engine sim",
	}
	noFileSystem = Cause{
		Name: "no-file-system", Title: "The file system of the task (EFS) could not be mounted: its name, its mount target or port 2049",
		Test: "no name or no connection: a mount target in the task's zone, inbound 2049 in its security group; `access denied`: the role or the access point",
		Set:  "a mount target in every zone, 2049 from the tasks, enableDnsHostnames of the VPC",
		Run:  "loadgen run security-group-closed --engine sim",
	}
	noAddresses = Cause{
		Name: "no-addresses", Title: "The subnet has no free addresses, or no network interface could be made or attached",
		Test: "AvailableIpAddressCount of the subnet; the service-linked role AWSServiceRoleForECS exists; RequestLimitExceeded of EC2 in CloudTrail",
		Set:  "a larger subnet or more of them, fewer tasks at once",
		Run:  "loadgen run deploy-storm --engine sim",
	}
	noCapacity = Cause{
		Name: "no-capacity", Title: "There is no capacity: no instance with room, or none of Fargate in this zone",
		Test: "the event names RESOURCE:CPU, MEMORY or ENI, or capacity; other zones work",
		Set:  "more zones, a capacity provider with managed scaling, FARGATE beside FARGATE_SPOT",
		Run:  "loadgen run warm-pool-drain --engine sim",
	}
	reclaimed = Cause{
		Name: "reclaimed", Title: "The machine below the task was taken away: Spot, a terminated instance, or maintenance",
		Test: "stopCode SpotInterruption or TerminationNotice, and no error of the program; the account's health dashboard names a maintenance",
		Set:  "tasks in several zones, FARGATE beside FARGATE_SPOT, a program that ends within stopTimeout after SIGTERM, instances that drain first",
		Run:  "loadgen run az-loss --engine sim",
	}
	taskTrust = Cause{
		Name: "task-trust", Title: "ECS may not assume the role of the task definition: it is deleted, or its trust policy does not name ecs-tasks.amazonaws.com",
		Test: "fails at once, on every start; aws iam get-role shows the trust policy",
		Set:  "ecs-tasks.amazonaws.com in the trust policy of taskRoleArn and executionRoleArn, and iam:PassRole for who starts the task",
	}
	agentGone = Cause{
		Name: "agent-gone", Title: "The agent of the instance is not connected to ECS",
		Test:   "agentConnected is false; its log says why: no route to ecs, ecs-agent and ecs-telemetry, no instance role, or it is being updated",
		Set:    "the three VPC endpoints, made in the order ecs-agent, ecs-telemetry, ecs, and a restart of the agent; AmazonEC2ContainerServiceforEC2Role",
		Run:    "loadgen run vpc-endpoint-cutover --engine sim",
		covers: startup.Causes(),
	}
)

// programCauses are those of a container that was pulled and does not run.
func programCauses(h How) []Cause {
	switch h {
	case NoMemory:
		return []Cause{memory, programEnded}
	case WrongPlatform:
		return []Cause{wrongImage}
	case Full:
		return []Cause{diskFull}
	case Deadline, NoAnswer:
		return []Cause{slowDaemon, wrongCommand}
	}
	return []Cause{wrongCommand, wrongImage, noFileSystem}
}
