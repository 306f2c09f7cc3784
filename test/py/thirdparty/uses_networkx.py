# Debian: python3-networkx. Graphs and their algorithms, as far as they need no numpy.
import networkx as nx

g = nx.Graph()
g.add_weighted_edges_from([("a", "b", 4), ("a", "c", 2), ("b", "c", 1), ("b", "d", 5), ("c", "d", 8), ("c", "e", 10), ("d", "e", 2), ("d", "z", 6), ("e", "z", 3)])
print(g, sorted(g.degree), nx.dijkstra_path(g, "a", "z"), nx.shortest_path_length(g, "a", "z", weight="weight"))
print(sorted(nx.minimum_spanning_edges(g, data=False)), nx.density(g), list(nx.bfs_edges(g, "a")))
d = nx.DiGraph([(1, 2), (2, 3), (3, 1), (3, 4), (4, 5), (5, 6), (6, 4), (7, 8)])
print([sorted(c) for c in nx.strongly_connected_components(d)], nx.is_directed_acyclic_graph(d), sorted(map(sorted, nx.simple_cycles(d))))
print(list(nx.topological_sort(nx.DiGraph([("shirt", "tie"), ("tie", "jacket"), ("trousers", "shoes"), ("trousers", "belt"), ("belt", "jacket")]))))
flow, parts = nx.maximum_flow(nx.DiGraph([("s", "a", {"capacity": 3}), ("s", "b", {"capacity": 2}), ("a", "t", {"capacity": 2}), ("b", "t", {"capacity": 3}), ("a", "b", {"capacity": 5})]), "s", "t")
print(flow, parts["s"])
k = nx.karate_club_graph()
print(k.number_of_nodes(), k.number_of_edges(), nx.diameter(k), round(nx.average_clustering(k), 6), nx.center(k))
print({n: round(v, 5) for n, v in sorted(nx.betweenness_centrality(k).items(), key=lambda i: -i[1])[:4]})
print(nx.to_dict_of_lists(nx.petersen_graph())[0], nx.is_planar(nx.complete_graph(5)), nx.is_isomorphic(nx.cycle_graph(5), nx.complement(nx.cycle_graph(5))))
print(sorted(nx.max_weight_matching(g)), nx.greedy_color(nx.cycle_graph(5)), [len(c) for c in nx.find_cliques(nx.turan_graph(6, 3))])
print("\n".join(nx.generate_gml(nx.path_graph(2))), nx.parse_edgelist(["1 2", "2 3"]).edges, nx.tree.branchings.greedy_branching(nx.DiGraph([(1, 2)])).edges)
try:
    nx.shortest_path(nx.Graph([(1, 2)]), 1, 9)
except nx.NetworkXException as e:
    print(type(e).__name__, e)
