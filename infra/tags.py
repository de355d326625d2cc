"""Tags on every resource that takes them: what it belongs to, and what the operator adds."""

from collections.abc import Mapping

import pulumi


def tag_everything(own: Mapping[str, str]) -> None:
    """Tag each resource that the program makes from now on.

    Args:
        own: the operator's tags; they may not replace ``project``, ``stack`` and ``managed-by``.
    """
    tags = {**own, "project": pulumi.get_project(), "stack": pulumi.get_stack(), "managed-by": "pulumi"}

    def tagged(made: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        # Pulumi's classes list every property that a type takes, those that the program leaves out as None.
        if not made.type_.startswith("aws:") or "tags" not in made.props:
            return None
        return pulumi.ResourceTransformationResult({**made.props, "tags": tags}, made.opts)

    pulumi.runtime.register_stack_transformation(tagged)
