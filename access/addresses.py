"""Internet addresses as sign-ins are counted and recorded by them."""

import ipaddress


def canonical(address: str) -> str | None:
    """The address as the audit keeps it, IPv4 where it is one; None for what is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is None and "%" in address:
        mapped = ipaddress.ip_address(address.partition("%")[0])
    return str(mapped or parsed)


def network(address: str) -> str:
    """By what an address is counted: IPv6 by 64 bits, a subscriber's; no address as it stands."""
    kept = canonical(address)
    if kept is None:
        return address
    return str(ipaddress.ip_network(f"{kept}/64", strict=False)) if ":" in kept else kept


def is_loopback(name: str) -> bool:
    """Whether a name or address is this machine's own."""
    if name.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
