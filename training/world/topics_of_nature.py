"""The topics of the generated world that study nature: life, matter, sky and planet.

In: nothing. Out: `TOPICS_OF_NATURE`.
"""

from __future__ import annotations

from training.world.topic import Topic

TOPICS_OF_NATURE = (
    Topic.of(
        "Protein design",
        "Biology",
        categories="q-bio.BM; q-bio.QM",
        venues="Journal of Designed Proteins; Structural Letters; Molecules and Machines",
        measures="binding affinity; thermal stability; design success rate",
        settings="soluble enzymes; membrane receptors; viral antigens; intrinsically disordered"
        " regions; antibody loops; bacterial hosts",
        classics="homology modelling; rational mutagenesis; energy minimisation",
        themes=(
            (
                "de novo binder design; antibody optimisation; peptide inhibitor design;"
                "interface prediction",
                "backbone diffusion; inverse folding; hotspot grafting; flow-matched docking",
            ),
            (
                "enzyme engineering; catalytic site placement; thermostability prediction;"
                "substrate specificity",
                "directed evolution; deep mutational scanning; ancestral reconstruction;"
                "active-site templating",
            ),
            (
                "protein structure prediction; conformational ensembles; allosteric motion;"
                "protein language modelling",
                "evolutionary coupling; cryo-electron refinement; enhanced sampling;"
                "masked residue pre-training",
            ),
        ),
    ),
    Topic.of(
        "Neural circuits",
        "Neuroscience",
        categories="q-bio.NC; cs.NE",
        venues="Circuits of the Brain; Journal of Systems Neuroscience; Neural Computation Notes",
        measures="decoding accuracy; spike timing precision; explained variance",
        settings="mouse visual cortex; zebrafish larvae; macaque prefrontal cortex;"
        "fruit-fly connectomes; human intracranial recordings; hippocampal slices",
        classics="tuning-curve fitting; lesion mapping; spike-triggered averaging",
        themes=(
            (
                "working memory; evidence accumulation; decision confidence; reward learning",
                "attractor network modelling; dopamine photometry; drift-diffusion fitting;"
                "optogenetic silencing",
            ),
            (
                "spatial navigation; memory replay; grid-cell coding; sleep consolidation",
                "place-field remapping; sharp-wave detection; virtual-reality recording;"
                "topological data analysis",
            ),
            (
                "sensory adaptation; population coding; motor cortex dynamics;"
                "predictive processing",
                "two-photon imaging; latent dynamical modelling; high-density probing;"
                "connectome-constrained simulation",
            ),
        ),
    ),
    Topic.of(
        "Exoplanet atmospheres",
        "Astronomy",
        categories="astro-ph.EP; astro-ph.IM",
        venues="Planetary Skies; Astronomy Letters; Journal of Distant Worlds",
        measures="detection significance; spectral resolution; retrieval precision",
        settings="hot Jupiters; temperate sub-Neptunes; red-dwarf systems; young debris discs;"
        "ultra-short-period planets; nearby solar twins",
        classics="transit photometry; radial-velocity fitting; equilibrium chemistry",
        themes=(
            (
                "transmission spectroscopy; water vapour detection; cloud characterisation;"
                "biosignature search",
                "Bayesian retrieval; high-resolution cross-correlation; opacity sampling;"
                "free chemistry inversion",
            ),
            (
                "planet occurrence rates; small-planet detection; stellar activity removal;"
                "transit timing variations",
                "Gaussian-process detrending; injection-recovery testing; line-by-line velocimetry;"
                "photodynamical fitting",
            ),
            (
                "direct imaging of giant planets; atmospheric escape; planet formation histories;"
                "phase-curve mapping",
                "coronagraphic nulling; angular differential imaging; helium-line monitoring;"
                "three-dimensional circulation modelling",
            ),
        ),
    ),
    Topic.of(
        "Gravitational waves",
        "Physics",
        categories="gr-qc; astro-ph.HE",
        venues="Relativity Letters; Waves and Compact Stars; Journal of Detector Physics",
        measures="sky-localisation area; false-alarm rate; waveform mismatch",
        settings="neutron-star mergers; pulsar timing arrays; globular clusters;"
        "third-generation detectors; space-based detectors; core-collapse supernovae",
        classics="matched filtering; post-Newtonian expansion; excess-power search",
        themes=(
            (
                "binary black hole populations; merger rate inference; spin measurement;"
                "hierarchical mergers",
                "hierarchical Bayesian inference; simulation-based inference;"
                "non-parametric mass modelling; selection-effect correction",
            ),
            (
                "waveform modelling; ringdown spectroscopy; tests of general relativity;"
                "eccentric inspirals",
                "numerical relativity; effective-one-body resummation; surrogate modelling;"
                "quasi-normal mode fitting",
            ),
            (
                "detector noise reduction; glitch classification; squeezed-light injection;"
                "early-warning alerts",
                "quantum-noise squeezing; seismic isolation; noise subtraction by deep networks;"
                "thermal coating design",
            ),
        ),
    ),
    Topic.of(
        "Battery materials",
        "Materials science",
        categories="cond-mat.mtrl-sci; physics.chem-ph",
        venues="Energy Storage Reports; Journal of Ionic Solids; Materials for Batteries",
        measures="capacity retention; ionic conductivity; energy density",
        settings="lithium-metal cells; sodium-ion cells; fast-charging protocols;"
        "grid-scale storage; cold climates; recycled electrodes",
        classics="galvanostatic cycling; carbon coating; liquid electrolyte blending",
        themes=(
            (
                "solid electrolytes; dendrite suppression; grain-boundary transport;"
                "interface degradation",
                "sulfide glass synthesis; interlayer engineering; impedance tomography;"
                "force-field learning",
            ),
            (
                "cathode degradation; oxygen redox; cobalt-free cathodes; voltage fade",
                "single-crystal growth; gradient doping; operando diffraction;"
                "entropy stabilisation",
            ),
            (
                "state-of-health estimation; lithium plating detection; electrode recycling;"
                "thermal runaway",
                "physics-informed ageing modelling; acoustic inspection; direct regeneration;"
                "calorimetric screening",
            ),
        ),
    ),
    Topic.of(
        "Quantum error correction",
        "Physics",
        categories="quant-ph; cs.IT",
        venues="Quantum Codes; Journal of Quantum Machines; Fault Tolerance Letters",
        measures="logical error rate; qubit overhead; decoding latency",
        settings="superconducting processors; trapped-ion chains; neutral-atom arrays;"
        "photonic chips; spin qubits; biased-noise devices",
        classics="minimum-weight matching; concatenated coding; randomised benchmarking",
        themes=(
            (
                "surface code decoding; real-time decoding; leakage correction;"
                "correlated noise decoding",
                "belief propagation; union-find clustering; neural decoding; soft-information"
                " readout",
            ),
            (
                "quantum low-density parity-check codes; bosonic encoding; code switching;"
                "colour code thresholds",
                "lifted-product construction; cat-state stabilisation; hypergraph expansion;"
                "dynamical code deformation",
            ),
            (
                "magic state distillation; lattice surgery compilation; logical gate design;"
                "fault-tolerant state preparation",
                "transversal gating; flag-qubit verification; magic-state cultivation;"
                "resource-state scheduling",
            ),
        ),
    ),
    Topic.of(
        "Climate modelling",
        "Earth science",
        categories="physics.ao-ph; physics.geo-ph",
        venues="Climate Dynamics Review; Journal of Earth Models; Oceans and Atmosphere",
        measures="forecast skill; regional bias; energy imbalance",
        settings="the tropical Pacific; Arctic sea ice; West African monsoons; alpine catchments;"
        "the Southern Ocean; coastal megacities",
        classics="statistical downscaling; ensemble averaging; bucket hydrology",
        themes=(
            (
                "convection parameterisation; cloud feedback; aerosol forcing;subgrid turbulence",
                "large-eddy simulation; stochastic closure; emergent constraint analysis;"
                "perturbed-parameter sampling",
            ),
            (
                "seasonal forecasting; extreme rainfall attribution; heatwave prediction;"
                "data-driven weather forecasting",
                "spherical neural operator training; storyline simulation; ensemble generation by"
                " diffusion; teleconnection analysis",
            ),
            (
                "ice-sheet stability; sea-level projection; ocean heat uptake;"
                "carbon cycle feedback",
                "ice-core calibration; adjoint data assimilation; float-profile reanalysis;"
                "eddy-resolving simulation",
            ),
        ),
    ),
    Topic.of(
        "Epidemic modelling",
        "Biology",
        categories="q-bio.PE; stat.AP; physics.soc-ph",
        venues="Epidemic Dynamics; Journal of Population Health Models; Outbreak Reports",
        measures="forecast accuracy; calibration; averted-infection count",
        settings="crowded cities; rural districts; school networks; long-term care homes;"
        "livestock herds; international travel",
        classics="compartmental modelling; contact tracing; case counting",
        themes=(
            (
                "outbreak forecasting; nowcasting of reported cases; epidemic peak timing;"
                "early outbreak detection",
                "renewal-equation inference; wastewater surveillance; forecast stacking;"
                "particle filtering",
            ),
            (
                "vaccination strategy; antiviral allocation; waning immunity;school closure policy",
                "age-structured simulation; optimal control; serological dynamics modelling;"
                "cost-effectiveness analysis",
            ),
            (
                "variant emergence; transmission tree reconstruction; zoonotic spillover;"
                "antimicrobial resistance spread",
                "phylodynamic inference; genomic surveillance; branching-process modelling;"
                "host-network sampling",
            ),
        ),
    ),
)
