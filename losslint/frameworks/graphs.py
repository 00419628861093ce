"""Graph convolutions of PyTorch Geometric and DGL: each ends in a product with weights, and gives any numbers.

Signatures are those of PyTorch Geometric 2.7 and DGL 2.4; what changes nothing here is left to `**kwargs`. Layers that end
in something else (an activation by default, a network of the program's own) are left out.
"""

from __future__ import annotations

from losslint.frameworks.vocabulary import Affine, Api

_ONE_EACH = (
    "GCNConv SAGEConv GraphConv ChebConv TAGConv SGConv LEConv ClusterGCNConv MFConv FeaStConv ResGatedGraphConv "
    "RGCNConv FastRGCNConv"
)
_SEVERAL_HEADS = "GATConv GATv2Conv TransformerConv SuperGATConv"
"""How wide their output is depends on the heads, and on whether these are put side by side."""

TABLE: dict[str, Api] = {
    **{
        f"torch_geometric.nn.{name}": Api(
            "in_channels, out_channels, *args, **kwargs", Affine("out_channels", -1, 2, input="x"), "x, *args, **kwargs"
        )
        for name in _ONE_EACH.split()
    },
    **{
        f"torch_geometric.nn.{name}": Api(
            "in_channels, out_channels, *args, **kwargs", Affine(None, -1, 2, input="x"), "x, *args, **kwargs"
        )
        for name in _SEVERAL_HEADS.split()
    },
    **{
        f"dgl.nn.{name}": Api(
            f"in_feats, out_feats, {first}*, bias=True, norm=None, activation=None, **kwargs",
            Affine("out_feats", -1, 2, activation="activation", input="feat"),
            "graph, feat, **kwargs",
        )
        for name, first in (("GraphConv", ""), ("SAGEConv", "aggregator_type, "))
    },
}

NAMESPACES: dict[str, str] = {
    "torch_geometric.nn.conv": "torch_geometric.nn",
    "dgl.nn.pytorch": "dgl.nn",
    "dgl.nn.pytorch.conv": "dgl.nn",
}
"""Other names of the same modules."""
