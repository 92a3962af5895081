using ClinicPortal.Modules.Patients.Domain;

namespace ClinicPortal.Tests.Patients;

public sealed class PatientQueryTests
{
    [Theory]
    [InlineData(null, "patients.query-empty")]
    [InlineData(" ", "patients.query-empty")]
    [InlineData("前", "patients.query-too-short")]
    [InlineData("520", "patients.query-too-short")]
    [InlineData("前 520", "patients.query-too-short")]
    [InlineData("・・・", "patients.query-too-short")]
    public void Query_ThatTellsNobodyApart_IsRefused(string? typed, string code) => Assert.Equal(code, PatientQuery.Parse(typed).Errors[0].Code);

    [Fact]
    public void Query_TooLong_IsRefused() => Assert.Equal("too-long", PatientQuery.Parse(new string('ア', 101)).Errors[0].Code);

    [Fact]
    public void Words_AreLookedForApart() =>
        Assert.Equal([new Criterion("マエダ", null, false), new Criterion("セツコ", null, false)], Read("まえだ せつこ"));

    [Fact]
    public void ShortFamilyName_IsAllowedBesideALongerWord() =>
        Assert.Equal([new Criterion("林", null, false), new Criterion("一郎", null, false)], Read("林 一郎"));

    [Theory]
    [InlineData("03 5555 5204")]
    [InlineData("03-5555-5204")]
    [InlineData("0355555204")]
    [InlineData("+81 3 5555 5204")]
    public void PhoneNumber_IsOneCriterion(string typed) => Assert.Equal([new Criterion("0355555204", null, true)], Read(typed));

    [Theory]
    [InlineData("1936-09-14")]
    [InlineData("昭和11年9月14日")]
    [InlineData("昭和11年 9月14日")]
    [InlineData("S11.9.14")]
    public void BirthDate_IsOneCriterion(string typed) => Assert.Equal(new DateOnly(1936, 9, 14), Assert.Single(Read(typed)).BirthDate);

    [Fact]
    public void EightDigits_MayBeADateOrPartOfANumber() => Assert.Equal([new Criterion("19360914", new DateOnly(1936, 9, 14), true)], Read("19360914"));

    [Fact]
    public void Leading_IsWhatFewestPatientsShare() => Assert.Equal(new DateOnly(1936, 9, 14), PatientQuery.Parse("マエダセツコ S11.9.14").Value.Leading.BirthDate);

    private static IReadOnlyList<Criterion> Read(string typed) => PatientQuery.Parse(typed).Value.Criteria;
}
