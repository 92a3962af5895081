using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.NightDesk.OpenCase;

namespace ClinicPortal.Tests.NightDesk;

public sealed class CallTextTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Theory]
    [InlineData("さとう　はなこ", "サトウ ハナコ")]
    [InlineData("ｻﾄｳ ﾊﾅｺ", "サトウ ハナコ")]
    [InlineData(" サトウ ", "サトウ")]
    public void Kana_IsKeptInFullWidthKatakana(string typed, string kept)
    {
        var call = Call(kana: typed);

        Assert.Equal(kept, call.Patient!.Kana);
        Assert.Empty(call.Problems(Today));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \u3000")]
    public void Blanks_AreNothing(string typed)
    {
        var call = CallText.Of(new Caller(CallerKind.Family, typed, typed), new UnregisteredPatient(typed, typed, null, typed, typed), typed);

        Assert.Equal(new CallText(new Caller(CallerKind.Family, null, null), new UnregisteredPatient(null, null, null, null, null), null), call);
        Assert.Empty(call.Problems(Today));
    }

    [Theory]
    [InlineData("03-5555-0101")]
    [InlineData("０３（５５５５）０１０１")]
    [InlineData("+81 3 5555 0101")]
    [InlineData("119")]
    public void Phone_WithEnoughDigits_IsTaken(string typed) => Assert.Empty(Call(phone: typed).Problems(Today));

    [Theory]
    [InlineData("patient.kana", "佐藤", null, null)]
    [InlineData("patient.kana", "Sato", null, null)]
    [InlineData("patient.birthDate", null, "2026-11-23", null)]
    [InlineData("patient.birthDate", null, "1879-12-31", null)]
    [InlineData("patient.phone", null, null, "不明")]
    [InlineData("patient.phone", null, null, "12")]
    [InlineData("patient.phone", null, null, "0123456789012345")]
    public void WhatCannotBe_IsRefusedByItsField(string field, string? kana, string? born, string? phone) =>
        Assert.Equal(field, Assert.Single(Call(kana, born, phone).Problems(Today)).Field);

    [Theory]
    [InlineData("2026-11-22")]
    [InlineData("1880-01-01")]
    public void BirthDate_From1880UntilToday_IsTaken(string born) => Assert.Empty(Call(born: born).Problems(Today));

    [Fact]
    public void CallersPhone_WithoutDigits_IsRefused() => Assert.Equal(
        "caller.phone", Assert.Single(CallText.Of(new Caller(CallerKind.Family, null, "非通知"), null, null).Problems(Today)).Field);

    private static CallText Call(string? kana = null, string? born = null, string? phone = null) => CallText.Of(
        new Caller(CallerKind.Family, null, null),
        new UnregisteredPatient(null, kana, born is null ? null : DateOnly.Parse(born, System.Globalization.CultureInfo.InvariantCulture), phone, null), null);
}
