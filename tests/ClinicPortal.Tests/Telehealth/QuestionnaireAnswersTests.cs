using ClinicPortal.Modules.Telehealth.PrepareVisit;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Telehealth;

public sealed class QuestionnaireAnswersTests
{
    private static readonly QuestionnaireSettings Asked = new()
    {
        Version = "1",
        Questions =
        [
            new() { Code = "complaint", Label = Text("症状"), Kind = QuestionKind.Text, Required = true },
            new() { Code = "fever", Label = Text("熱"), Kind = QuestionKind.YesNo, Required = true },
            new() { Code = "temperature", Label = Text("体温"), Kind = QuestionKind.Number },
            new() { Code = "eating", Label = Text("食事"), Kind = QuestionKind.Choice, Options = [new() { Code = "usual", Label = Text("いつもどおり") }] },
        ],
    };

    [Fact]
    public void Answers_AreKeptWithTheWordsInWhichWasAsked()
    {
        var (answers, problems) = Read(("complaint", "咳"), ("fever", "yes"), ("temperature", "３７．５"), ("eating", "usual"));

        Assert.Empty(problems);
        Assert.Equal([("症状", "咳"), ("熱", "はい"), ("体温", "37.5"), ("食事", "いつもどおり")], answers);
    }

    [Fact]
    public void WhatIsMissingOrNoAnswer_IsNamedBesideItsQuestion() => Assert.Equal(
        ["q-complaint", "q-fever", "q-temperature", "q-eating"], Read(("fever", "perhaps"), ("temperature", "高い"), ("eating", "nothing")).Problems);

    private static (IEnumerable<(string, string)> Answers, IEnumerable<string?> Problems) Read(params (string Code, string Text)[] typed)
    {
        var (answers, problems) = QuestionnaireAnswers.Read(Asked, field => typed.Where(t => QuestionnaireAnswers.Field(t.Code) == field).Select(t => t.Text).FirstOrDefault());
        return (answers.Select(a => (a.Question, a.Answer)), problems.Select(p => p.Field));
    }

    private static LocalizedText Text(string text) => new() { Ja = text, En = text };
}
