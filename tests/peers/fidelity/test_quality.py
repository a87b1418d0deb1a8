"""Evaluations, surveys and their forms, as the official SDK reads them."""
from asking import whole


def test_evaluations(admin, day):
    api = admin.api("QualityApi")
    told = {e.evaluation_id: (c, e) for c in day[0] for e in c.evaluations or ()}
    assert told
    finished = 0
    for conversation, evaluation in list(told.values())[:20]:
        one = api.get_quality_conversation_evaluation(conversation.conversation_id, evaluation.evaluation_id)
        score = one.answers.total_score if one.status == "FINISHED" else None
        assert score == evaluation.o_total_score and one.agent.id == evaluation.user_id
        finished += score is not None
    assert finished


def test_evaluations_of_a_conversation(admin, day):
    api = admin.api("QualityApi")
    for conversation in [one for one in day[0] if one.evaluations][:20]:
        listed = api.get_quality_evaluations_query(conversation_id=conversation.conversation_id).entities
        assert {entity.id for entity in listed} == {told.evaluation_id for told in conversation.evaluations}


def test_surveys(admin, day):
    api = admin.api("QualityApi")
    told = [(c.conversation_id, s) for c in day[0] for s in c.surveys or ()]
    finished = 0
    for conversation, survey in told[:20]:
        one = api.get_quality_survey(survey.survey_id)
        score = one.answers.nps_score if one.status == "Finished" else None
        assert one.conversation.id == conversation and score == survey.survey_promoter_score
        finished += score is not None
        listed = api.get_quality_conversation_surveys(conversation)
        assert [entity.id for entity in listed] == [survey.survey_id]
    assert finished


def test_forms(admin):
    api = admin.api("QualityApi")
    for listing, single, count in [
        (api.get_quality_forms_evaluations, api.get_quality_forms_evaluation, 2),
        (api.get_quality_forms_surveys, api.get_quality_forms_survey, 1),
        (api.get_quality_publishedforms_surveys, api.get_quality_publishedforms_survey, 1),
        (api.get_quality_forms, api.get_quality_form, 2),
        (api.get_quality_publishedforms_evaluations, api.get_quality_publishedforms_evaluation, 2),
    ]:
        found = whole(admin, listing)
        assert len(found) == count and single(found[0].id).name == found[0].name


def test_who_was_evaluated_and_by_whom(admin):
    api = admin.api("QualityApi")
    agents = [row for row in api.get_quality_agents_activity(page_size=500).entities if row.num_evaluations]
    evaluators = api.get_quality_evaluators_activity(page_size=500).entities
    by = agents[0].agent_evaluator_activity_list[0].evaluator.id
    assert evaluators[0].num_evaluations_completed and by in {row.id for row in evaluators}
    released = api.get_quality_evaluations_query(agent_user_id=agents[0].id, is_released=True, page_size=100).entities
    assigned = api.get_quality_evaluations_query(evaluator_user_id=by, page_size=100).entities
    assert {one.agent.id for one in released} == {agents[0].id} and {one.evaluator.id for one in assigned} == {by}
    assert [one.assigned_date for one in assigned] == sorted(one.assigned_date for one in assigned)


def test_answers(admin, day):
    """What was chosen is among what the form offers, and is worth as much."""
    api = admin.api("QualityApi")
    answered = 0
    for conversation, evaluation in [(c, e) for c in day[0] for e in c.evaluations or () if e.o_total_score is not None][:10]:
        one = api.get_quality_conversation_evaluation(
            conversation.conversation_id, evaluation.evaluation_id, expand="evaluationForm")
        questions = [q for group in one.evaluation_form.question_groups for q in group.questions]
        worth = {option.id: option.value for question in questions for option in question.answer_options}
        scores = [score for group in one.answers.question_group_scores for score in group.question_scores]
        assert [score.question_id for score in scores] == [question.id for question in questions]
        assert all(score.marked_na or worth[score.answer_id] == score.score for score in scores)
        assert one.answers.total_critical_score == evaluation.o_total_critical_score
        answered += len(scores)
    assert answered
    told = [s for c in day[0] for s in c.surveys or () if s.survey_promoter_score is not None][:10]
    for survey in told:
        answers = api.get_quality_survey(survey.survey_id).answers
        scores = [score for group in answers.question_group_scores for score in group.question_scores]
        assert [score.nps_score for score in scores if score.nps_score is not None] == [survey.survey_promoter_score]
    assert told
