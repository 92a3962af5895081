using ClinicPortal.Modules.Telehealth.Domain;

namespace ClinicPortal.Tests.Telehealth;

public sealed class GateRulesTests
{
    [Theory]
    [InlineData(Gate.PatientIdentity)]
    [InlineData(Gate.Consent)]
    public void IdentityAndConsent_AreLeftOutInAnEmergencyOnly(Gate gate)
    {
        Assert.Equal(["emergency"], Bypassing(gate, new GateEvidence { Reason = "意識がもうろう" }));
        Assert.Empty(Bypassing(gate, new GateEvidence { Reason = "意識がもうろう", Emergency = true }));
    }

    [Theory]
    [InlineData(Gate.Questionnaire)]
    [InlineData(Gate.DoctorIdentity)]
    [InlineData(Gate.PatientDocument)]
    [InlineData(Gate.CarePlan)]
    public void OtherGates_AreLeftOutWithAReason(Gate gate)
    {
        Assert.Equal(["reason"], Bypassing(gate, new GateEvidence()));
        Assert.Empty(Bypassing(gate, new GateEvidence { Reason = "急な発熱" }));
    }

    [Fact]
    public void ByHand_WhoSaidItIsNamed()
    {
        Assert.Equal(["who"], Meeting(Gate.Consent, new GateEvidence { Way = GateWay.Oral }, firstVisit: false));
        Assert.Empty(Meeting(Gate.Consent, new GateEvidence { Way = GateWay.Oral, Who = "長女" }, firstVisit: false));
        Assert.Equal(["who", "answers"], Meeting(Gate.Questionnaire, new GateEvidence(), firstVisit: false));
    }

    [Fact]
    public void PlansGate_IsMetByTheDocumentedExceptionOfAFirstVisitOnly()
    {
        var exception = new GateEvidence { Way = GateWay.FirstVisit, WhyNotInPerson = "夜間で来院できない" };

        Assert.Empty(Meeting(Gate.CarePlan, exception, firstVisit: true));
        Assert.Equal(["whyNotInPerson"], Meeting(Gate.CarePlan, new GateEvidence(), firstVisit: true));
        Assert.Equal("gate.plan-needed", GateRules.ProblemsOfMeeting(Gate.CarePlan, exception, firstVisit: false).Single().Code);
    }

    [Fact]
    public void Photo_IsJudgedByItsFirstBytes_AndItsSize()
    {
        Assert.Equal("document.not-a-picture", Upload("<html>"u8.ToArray()));
        Assert.Equal("required", Upload([]));
        Assert.Equal("document.too-large", Upload([0xFF, 0xD8, 0xFF, .. new byte[IdentityDocument.MaxBytes]]));
        Assert.Null(Upload([0xFF, 0xD8, 0xFF, 0xE0]));
    }

    private static string? Upload(byte[] file)
    {
        var uploaded = IdentityDocument.Upload(AnAppointment.Booked(), file, DateTimeOffset.UnixEpoch);
        return uploaded.Succeeded ? null : uploaded.Errors[0].Code;
    }

    private static IEnumerable<string?> Bypassing(Gate gate, GateEvidence evidence) => GateRules.ProblemsOfBypassing(gate, evidence).Select(e => e.Field);

    private static IEnumerable<string?> Meeting(Gate gate, GateEvidence evidence, bool firstVisit) => GateRules.ProblemsOfMeeting(gate, evidence, firstVisit).Select(e => e.Field);
}
