"""The policy as it looks before the server has answered."""

from msgspec import structs

from console.kernel.grown import with_unknown
from console.masking.model.policy import Content, MaskingPolicy, checked
from console.masking.records import MASKING, SetMasking
from console.masking.tables.rows import masking_columns
from console.sync.client.overlay import Layer, Overlaid, Previews, Wish

OVERLAID = (Overlaid(MASKING, "masking", masking_columns),)


def preview_policy(layer: Layer, wish: Wish) -> None:
    """The policy with its new content."""
    before = layer.get(MASKING, wish.target) or MaskingPolicy(id=wish.target, content=Content())
    content = checked(with_unknown(wish.args.content, before.content, wish.args.knows))
    layer.lay(MASKING, structs.replace(before, content=content, changed_by=wish.me))


PREVIEWS = (Previews(SetMasking, preview_policy, apart=True),)
