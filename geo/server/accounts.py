"""The operating-system account under which the private database server runs.

PostgreSQL refuses to run as root, so a caller who is root lends the work to a service account.
"""

import errno
import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geo.errors import AtlasError

SERVICE_ACCOUNTS = ("postgres", "atlas")


@dataclass(frozen=True)
class Account:
    """A user of the operating system: name, user id, group id and further groups."""

    name: str
    uid: int
    gid: int
    groups: tuple[int, ...]

    @classmethod
    def named(cls, name: str) -> "Account":
        """The account of that name; AtlasError when there is none, or when it is root's."""
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            raise AtlasError(
                f'there is no user "{name}" (ATLAS_CLUSTER_USER): create it, or name another'
            ) from None
        if entry.pw_uid == 0:
            raise AtlasError(
                f'PostgreSQL will not run as "{name}" (ATLAS_CLUSTER_USER): name a user other than '
                "root"
            )
        groups = tuple(os.getgrouplist(name, entry.pw_gid))
        return cls(name, entry.pw_uid, entry.pw_gid, groups)

    @classmethod
    def calling(cls) -> "Account":
        """The account this process runs under."""
        uid = os.geteuid()
        try:
            name = pwd.getpwuid(uid).pw_name
        except KeyError:  # containers often run under a number without a name
            name = str(uid)
        return cls(name, uid, os.getegid(), tuple(os.getgroups()))

    @classmethod
    def unprivileged(cls) -> "Account":
        """The caller; for root, the account that owns nothing (user id 65534 by convention)."""
        caller = cls.calling()
        return caller if caller.uid else cls("nobody", 65534, 65534, ())

    @property
    def is_caller(self) -> bool:
        """Whether programs run under this account without changing user."""
        return self.uid == os.geteuid()

    def run(
        self,
        arguments: list[str],
        *,
        folder: Path = Path("/"),
        environment: Mapping[str, str] | None = None,
        timeout: float = 180,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account in ``folder``; stdout and stderr come as one text.

        The caller's ``PG…`` variables are left out, since they would point the programs at
        another server, and messages are asked for in English, since failures are told by them.
        """
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
        try:
            return subprocess.run(
                arguments,
                cwd=folder,
                env=inherited | {"LC_ALL": "C"} | dict(environment or {}),
                user=None if self.is_caller else self.uid,
                group=None if self.is_caller else self.gid,
                extra_groups=None if self.is_caller else self.groups,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                timeout=timeout,
                check=False,
            )
        except PermissionError as error:
            if error.errno != errno.EPERM:
                raise
            raise AtlasError(
                f'root may not change to the user "{self.name}" here: run the command as an '
                "ordinary user, or give the container the capability SETUID"
            ) from None
        except subprocess.TimeoutExpired:
            raise AtlasError(
                f"{Path(arguments[0]).name} did not finish within {timeout:.0f} s: see whether the "
                "machine is overloaded, then try again"
            ) from None

    def can_enter(self, folder: Path) -> bool:
        """Whether this account can reach ``folder``, asked of the kernel by going there."""
        if self.is_caller:
            return os.access(folder, os.X_OK)
        return self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]).returncode == 0

    def take(self, path: Path) -> None:
        """Make this account the owner of ``path``."""
        if not self.is_caller:
            os.chown(path, self.uid, self.gid)


def server_account(wanted: str | None, owner: int | None) -> Account:
    """The account to run the server under.

    ``wanted`` is the setting ATLAS_CLUSTER_USER; ``owner`` the user id that owns the data, None
    before there are any. Data are served by their owner, whatever the setting says, because
    PostgreSQL refuses others. An ordinary caller serves its own data; root lends the work to
    ``wanted``, else ``postgres``, else ``atlas``, which is created. Raises AtlasError.
    """
    caller = Account.calling()
    if caller.uid != 0:
        if owner is not None and owner != caller.uid:
            raise AtlasError(
                f'the database belongs to the user "{_user_name(owner)}", not to '
                f'"{caller.name}": run the command as that user or as root, or set ATLAS_HOME to a '
                "folder of your own"
            )
        return caller
    if owner:
        return Account.named(_user_name(owner))
    if wanted:
        return Account.named(wanted)
    return next(filter(None, map(_existing, SERVICE_ACCOUNTS)), None) or _created("atlas")


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise AtlasError(
            f"the database belongs to user id {uid}, which has no name on this machine: give the "
            "folder to a user that exists (chown -R), or set ATLAS_HOME to another folder"
        ) from None


def _existing(name: str) -> Account | None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return None
    return Account.named(name)


def _created(name: str) -> Account:
    useradd = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    nobody = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    if useradd is None or subprocess.run([useradd, *nobody, name], check=False).returncode:
        raise AtlasError(
            "PostgreSQL will not run as root and no service user could be created: set "
            "ATLAS_CLUSTER_USER to an ordinary user"
        )
    return Account.named(name)
