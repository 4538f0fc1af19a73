"""Moving a project along its life. The stage is written in `steps.move` and nowhere else."""
