"""The ssh keys of the large git hosts: a build that knows them asks nobody whether to trust what it meets.

Sources, of the keys or of their fingerprints:
- github.com: https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/githubs-ssh-key-fingerprints
- gitlab.com: https://docs.gitlab.com/user/gitlab_com/#ssh-host-keys-fingerprints
- bitbucket.org: https://support.atlassian.com/bitbucket-cloud/docs/configure-ssh-and-two-step-verification/
- codeberg.org: https://docs.codeberg.org/security/ssh-fingerprint/
"""

from __future__ import annotations

from collections.abc import Mapping

#: Host, on port 22 → its key as `known_hosts` has it.
SSH_HOST_KEYS: Mapping[str, str] = {
    "bitbucket.org": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIazEu89wgQZ4bqs3d63QSMzYVa0MuJ2e2gKTKqu+UUO",
    "codeberg.org": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIVIC02vnjFyL+I4RHfvIGNtOgJMe769VTF1VR4EB3ZB",
    "github.com": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
    "gitlab.com": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf",
}
