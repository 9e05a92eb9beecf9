package sdk

import (
	"time"

	"tenement/internal/strategy"
)

// javaV2NextCache is the cache of the branch: its window depends on the life, and a
// failed refresh is not repeated for 5 to 10 minutes.
func javaV2NextCache() *strategy.Refresh {
	return &strategy.Refresh{
		Window:   time.Hour,
		Windows:  []strategy.LifeWindow{{Below: 20 * time.Minute, Window: 5 * time.Minute}, {Below: 90 * time.Minute, Window: 15 * time.Minute}},
		JitterTo: 2 * time.Minute, Mandatory: time.Minute,
		Extend:    strategy.Extension{Least: 5 * time.Minute, Most: 10 * time.Minute, Defer: strategy.DeferAttempts},
		ExtendOld: strategy.OldExtension{Least: 5 * time.Minute, Most: 10 * time.Minute, Defer: strategy.DeferAttempts},
	}
}

// javaV2OnBranch makes of a release's preset that of the branch.
func javaV2OnBranch(p Preset, name string) Preset {
	p.Name = name
	p.SDK = "AWS SDK for Java v2, branch feature/master/credential_cache, which no release up to 2.59.1 has"
	p.Release = "none yet"
	p.Checked = "from source, not run"
	p.Sources = append(p.Sources, "aws/aws-sdk-java-v2 utils/src/main/java/software/amazon/awssdk/utils/cache/CacheRefreshUtils.java")
	p.Notes = []string{
		"this is what the SDK may become: pull request 7109 was open on 2026-11-28",
		"requests and retries are those of the releases",
		"the window is 5 minutes for a life below 20 minutes, 15 below 90, else 60; the refresh is due at a random time in it, up to 2 minutes before the expiry",
		"after a failed refresh the credentials are used on, even expired, and the next attempt comes after 5 to 10 minutes",
	}
	p.Strategy.Cache = javaV2NextCache()
	return p
}

func javaV2Next() Preset { return javaV2OnBranch(javaV2("", "2.59.1"), "aws-sdk-java-v2@next") }

func javaV2NextIMDS() Preset {
	return javaV2OnBranch(javaV2IMDS("", "2.59.1"), "aws-sdk-java-v2@next@imds")
}
