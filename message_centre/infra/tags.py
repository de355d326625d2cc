"""Tags on every resource that takes them."""

from collections.abc import Mapping

import pulumi


def tag_everything(own: Mapping[str, str]) -> None:
    """Tag each resource that the program makes from now on; the operator's tags do not replace the program's."""
    tags = {**own, "project": pulumi.get_project(), "stack": pulumi.get_stack(), "managed-by": "pulumi"}

    def tagged(made: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if not made.type_.startswith("aws:") or "tags" not in made.props:
            return None
        return pulumi.ResourceTransformationResult({**made.props, "tags": tags}, made.opts)

    pulumi.runtime.register_stack_transformation(tagged)
