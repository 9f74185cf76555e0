"""The topics of the generated world that study machines: computing and robotics.

In: nothing. Out: `TOPICS_OF_MACHINES`.
"""

from __future__ import annotations

from training.world.topic import Topic

TOPICS_OF_MACHINES = (
    Topic.of(
        "Text summarisation",
        "Computer science",
        categories="cs.CL; cs.LG",
        venues="Meeting on Computational Language; Journal of Text Generation; Language Letters",
        measures="ROUGE; faithfulness; human preference",
        settings="clinical notes; court rulings; meeting transcripts; scientific articles;"
        "low-resource languages; customer reviews",
        classics="sentence extraction; lead-three selection; phrase-based compression",
        themes=(
            (
                "long-document summarisation; book summarisation; multi-document summarisation;"
                "query-focused summarisation",
                "sparse attention; hierarchical encoding; sliding-window decoding;"
                "discourse segmentation",
            ),
            (
                "factual consistency of summaries; hallucination detection; summary evaluation;"
                "evidence attribution",
                "entailment scoring; question-based checking; contrastive re-ranking;"
                "claim decomposition",
            ),
            (
                "dialogue summarisation; headline generation; controllable summarisation;"
                "opinion summarisation",
                "instruction tuning; prefix control; speaker-aware decoding; preference learning",
            ),
        ),
    ),
    Topic.of(
        "Machine translation",
        "Computer science",
        categories="cs.CL; cs.AI",
        venues="Translation Machines; Meeting on Computational Language; Multilingual Systems",
        measures="BLEU; adequacy; terminology accuracy",
        settings="African languages; patent texts; spoken lectures; web-crawled corpora;"
        "morphologically rich languages; film subtitles",
        classics="phrase-based translation; word alignment; dictionary lookup",
        themes=(
            (
                "low-resource translation; zero-shot translation; dialect translation;"
                "unsupervised translation",
                "back-translation; cross-lingual transfer; vocabulary sharing; pivot training",
            ),
            (
                "simultaneous interpretation; speech translation; subtitle translation;"
                "streaming translation",
                "wait-k decoding; monotonic alignment; acoustic pre-training;"
                "latency-aware training",
            ),
            (
                "translation quality estimation; post-editing; terminology translation;"
                "document-level translation",
                "minimum-risk decoding; constrained beam search; error-span tagging;"
                "context caching",
            ),
        ),
    ),
    Topic.of(
        "Recommender systems",
        "Computer science",
        categories="cs.IR; cs.LG; cs.HC",
        venues="Conference on Recommendation; Journal of Information Access; Web and People",
        measures="recall; normalised gain; catalogue coverage",
        settings="online bookshops; news platforms; music streaming; scholarly libraries;"
        "job boards; grocery delivery",
        classics="matrix factorisation; item-based neighbour search; popularity ranking",
        themes=(
            (
                "cold-start recommendation; new-item recommendation; cross-domain recommendation;"
                "content-based recommendation",
                "metadata embedding; meta-learning; dropout alignment; text-based profiling",
            ),
            (
                "sequential recommendation; session-based recommendation; next-basket prediction;"
                "playlist continuation",
                "self-attentive encoding; recurrent state tracking; time-aware pooling;"
                "masked item modelling",
            ),
            (
                "popularity bias; exposure fairness; off-policy evaluation; filter bubbles",
                "inverse propensity weighting; calibrated re-ranking; counterfactual simulation;"
                "slate-level auditing",
            ),
        ),
    ),
    Topic.of(
        "Image segmentation",
        "Computer science",
        categories="cs.CV; eess.IV",
        venues="Vision Conference; Transactions on Image Analysis; Medical Image Workshop",
        measures="mean overlap; boundary accuracy; inference speed",
        settings="chest radiographs; aerial photographs; street scenes; microscope images;"
        "underwater video; crop fields",
        classics="region growing; graph-cut optimisation; watershed filtering",
        themes=(
            (
                "tumour segmentation; organ delineation; cell counting; lesion tracking",
                "nested encoder-decoder fusion; shape-prior regularisation; volumetric attention;"
                "uncertainty mapping",
            ),
            (
                "open-vocabulary segmentation; panoptic segmentation; promptable segmentation;"
                "part discovery",
                "mask transformer decoding; vision-language alignment; pixel-text matching;"
                "query clustering",
            ),
            (
                "weakly supervised segmentation; domain-adaptive segmentation;"
                "few-shot segmentation; label-noise correction",
                "pseudo-label refinement; class-activation seeding; style randomisation;"
                "scribble propagation",
            ),
        ),
    ),
    Topic.of(
        "Robot manipulation",
        "Robotics",
        categories="cs.RO; cs.AI; eess.SY",
        venues="Robotics Science; Conference on Robot Skills; Journal of Dexterous Machines",
        measures="grasp success; sample efficiency; cycle time",
        settings="cluttered bins; home kitchens; surgical theatres; warehouse shelves;"
        "assembly lines; greenhouse picking",
        classics="impedance control; visual servoing; trajectory replay",
        themes=(
            (
                "dexterous grasping; in-hand rotation; deformable object handling; tool use",
                "tactile feedback; soft-finger design; contact-rich simulation;"
                "antipodal grasp sampling",
            ),
            (
                "imitation of human demonstrations; bimanual coordination; long-horizon tasks;"
                "household skill transfer",
                "diffusion policy learning; teleoperation cloning; skill chaining;"
                "language-conditioned planning",
            ),
            (
                "motion planning among people; collision avoidance; shared autonomy;safe handover",
                "model predictive control; barrier-function filtering; intent prediction;"
                "reachability analysis",
            ),
        ),
    ),
    Topic.of(
        "Graph learning",
        "Computer science",
        categories="cs.LG; cs.SI; stat.ML",
        venues="Conference on Representations; Graphs and Learning; Journal of Network Data",
        measures="link-prediction accuracy; expressive power; training memory",
        settings="citation networks; molecular graphs; social platforms; traffic networks;"
        "knowledge bases; power grids",
        classics="spectral clustering; random-walk embedding; label propagation",
        themes=(
            (
                "link prediction; knowledge graph completion; node classification;"
                "community detection",
                "message passing; relational convolution; subgraph sketching; path reasoning",
            ),
            (
                "over-smoothing in deep graph networks; long-range dependence in graphs;"
                "graph isomorphism tests; heterophilous graphs",
                "graph rewiring; positional encoding; higher-order aggregation;"
                "curvature-based sampling",
            ),
            (
                "temporal graph forecasting; dynamic link prediction; traffic forecasting;"
                "anomaly detection in networks",
                "continuous-time memory; spatio-temporal diffusion; event-based attention;"
                "streaming neighbour sampling",
            ),
        ),
    ),
    Topic.of(
        "Private federated learning",
        "Computer science",
        categories="cs.CR; cs.LG; cs.DC",
        venues="Security Symposium; Privacy Technologies; Distributed Learning Workshop",
        measures="privacy budget; test accuracy; communication cost",
        settings="hospital consortia; mobile keyboards; bank transactions; wearable sensors;"
        "genomic cohorts; connected vehicles",
        classics="data anonymisation; parameter averaging; trusted third-party pooling",
        themes=(
            (
                "differentially private training; private hyperparameter search;"
                "private synthetic data; membership inference",
                "gradient clipping; privacy accounting; noisy matrix factorisation;"
                "shuffled reporting",
            ),
            (
                "client heterogeneity; personalised federation; partial client participation;"
                "federated distillation",
                "proximal aggregation; clustered averaging; control-variate correction;"
                "low-rank client adaptation",
            ),
            (
                "secure aggregation; poisoning defence; encrypted inference; backdoor removal",
                "secret sharing; homomorphic encryption; robust median voting;"
                "zero-knowledge auditing",
            ),
        ),
    ),
    Topic.of(
        "Program verification",
        "Computer science",
        categories="cs.PL; cs.LO; cs.SE",
        venues="Principles of Programs; Verified Software; Conference on Automated Proof",
        measures="proof automation; solved-benchmark count; false-alarm rate",
        settings="operating-system kernels; smart contracts; numerical libraries;"
        "compiler back ends; flight software; distributed protocols",
        classics="bounded model checking; Hoare-style reasoning; abstract interpretation",
        themes=(
            (
                "memory safety; verified compilation; weak-memory concurrency; ownership types",
                "separation logic; refinement typing; rely-guarantee reasoning;"
                "mechanised semantics",
            ),
            (
                "loop invariant inference; program synthesis; automated program repair;"
                "specification mining",
                "counterexample-guided search; syntax-guided enumeration; neural proof search;"
                "constrained Horn solving",
            ),
            (
                "string constraint solving; quantifier instantiation; proof checking;"
                "theory combination",
                "conflict-driven learning; equality saturation; interpolation; proof compression",
            ),
        ),
    ),
)
