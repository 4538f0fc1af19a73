"""绩效目标, 季报包, readings, self-evaluations and what the province sums up."""

from performance.models.assessment import Assessment, AssessmentReview, AssessmentRow
from performance.models.evaluation import LINES, Evaluation, Score
from performance.models.milestone import (
    ChaseCall,
    Milestone,
    MilestonePlan,
    MilestoneProgress,
    ProgressComment,
    ProgressOutlook,
)
from performance.models.reading import Reading
from performance.models.region import RegionSheet
from performance.models.round import PeriodReturn, Remark, ReturnAsk, ReturnReview, Round, Section
from performance.models.sheet import (
    PERIOD,
    Goal,
    Indicator,
    Review,
    ReviewRemark,
    Target,
    TargetSheet,
    block_label,
)
from performance.models.training import ClassImport, TrainingClass

__all__ = [
    "LINES",
    "PERIOD",
    "Assessment",
    "AssessmentReview",
    "AssessmentRow",
    "ChaseCall",
    "ClassImport",
    "Evaluation",
    "Goal",
    "Indicator",
    "Milestone",
    "MilestonePlan",
    "MilestoneProgress",
    "PeriodReturn",
    "ProgressComment",
    "ProgressOutlook",
    "Reading",
    "RegionSheet",
    "Remark",
    "ReturnAsk",
    "ReturnReview",
    "Review",
    "ReviewRemark",
    "Round",
    "Score",
    "Section",
    "Target",
    "TargetSheet",
    "TrainingClass",
    "block_label",
]
