"""How what must not be lost is kept."""

import pulumi


def kept(parent: pulumi.Resource, *, protect: bool) -> pulumi.ResourceOptions:
    """Return the options of a resource that holds data or a key.

    A protected one is not deleted by `pulumi destroy` or by being taken out of the program. Should somebody lift that
    in Pulumi's state by hand, it is forgotten there and stays in the account all the same.
    """
    return pulumi.ResourceOptions(parent=parent, protect=protect, retain_on_delete=protect)
