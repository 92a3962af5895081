using ClinicPortal.Modules.NightDesk.Domain;

namespace ClinicPortal.Tests.NightDesk;

public sealed class DispatchTests
{
    [Fact]
    public void Offer_CopiesWhoGoesAndForWhichInstitution()
    {
        var (subject, dispatch) = ACase.Offered();

        Assert.Equal((DispatchState.Offered, subject.Id, "福田 浩二", "1319900013"), (dispatch.State, dispatch.CaseId, dispatch.DoctorName, dispatch.EmployerCode));
        Assert.Equal((CaseStatus.DispatchRequested, CaseEventKind.UnitOffered), (subject.Status, subject.Events[^1].Kind));
    }

    [Fact]
    public void Offer_BeforeAVisitIsDecided_IsRefused() =>
        Assert.Equal("dispatch.no-visit-decided", Dispatch.Offer(ACase.Triaged(), ACase.Unit, null, null, ACase.Operator, ACase.Now).Errors[0].Code);

    [Theory]
    [InlineData(DispatchState.Accepted, "dispatch.already-assigned")]
    [InlineData(DispatchState.Departed, "dispatch.already-assigned")]
    [InlineData(DispatchState.Arrived, "dispatch.already-assigned")]
    [InlineData(DispatchState.Completed, "dispatch.no-visit-decided")]
    public void Offer_OnceAUnitGoes_IsRefused(DispatchState state, string code)
    {
        var (subject, _) = ACase.OnItsWay(state);

        Assert.Equal(code, Dispatch.Offer(subject, ACase.Unit, null, null, ACase.Operator, ACase.Now).Errors[0].Code);
    }

    [Theory]
    [InlineData(DispatchState.Accepted, CaseStatus.Accepted, CaseEventKind.UnitAccepted)]
    [InlineData(DispatchState.Departed, CaseStatus.EnRoute, CaseEventKind.UnitDeparted)]
    [InlineData(DispatchState.Arrived, CaseStatus.OnSite, CaseEventKind.UnitArrived)]
    [InlineData(DispatchState.Completed, CaseStatus.ReportDue, CaseEventKind.VisitCompleted)]
    public void Case_FollowsTheUnit(DispatchState state, CaseStatus status, CaseEventKind kind)
    {
        var (subject, dispatch) = ACase.OnItsWay(state);

        Assert.Equal((state, status, kind), (dispatch.State, subject.Status, subject.Events[^1].Kind));
    }

    [Theory]
    [InlineData(DispatchState.Accepted)]
    [InlineData(DispatchState.Departed)]
    [InlineData(DispatchState.Completed)]
    public void Answer_ASecondTime_IsRefused(DispatchState state)
    {
        var (subject, dispatch) = ACase.OnItsWay(state);

        Assert.Equal("dispatch.already-answered", dispatch.Accept(subject, ACase.Doctor, ACase.Now)?.Code);
        Assert.Equal("dispatch.already-answered", dispatch.Decline(subject, "理由", ACase.Doctor, ACase.Now)?.Code);
        Assert.Equal(state, dispatch.State);
    }

    [Fact]
    public void Decline_WithoutAReason_IsRefused()
    {
        var (subject, dispatch) = ACase.Offered();

        var refusal = dispatch.Decline(subject, " ", ACase.Doctor, ACase.Now);

        Assert.Equal(("dispatch.decline-needs-reason", "reason"), (refusal?.Code, refusal?.Field));
        Assert.True(dispatch.IsActive);
    }

    [Fact]
    public void Decline_LeavesTheCaseToAnotherUnit()
    {
        var (subject, dispatch) = ACase.Offered();

        Assert.Null(dispatch.Decline(subject, "別の診療に対応している", ACase.Doctor, ACase.Now));

        Assert.Equal((DispatchState.Declined, false, CaseStatus.DispatchRequested), (dispatch.State, dispatch.IsActive, subject.Status));
        Assert.True(Dispatch.Offer(subject, ACase.Unit, null, null, ACase.Operator, ACase.Now).Succeeded);
    }

    [Theory]
    [InlineData(DispatchState.Offered)]
    [InlineData(DispatchState.Accepted)]
    [InlineData(DispatchState.Departed)]
    public void Withdraw_BeforeTheUnitIsThere_LeavesTheCaseToAnotherUnit(DispatchState state)
    {
        var (subject, dispatch) = ACase.OnItsWay(state);

        Assert.Null(dispatch.Withdraw(subject, ACase.Operator, ACase.Now));

        Assert.Equal((DispatchState.Withdrawn, CaseStatus.DispatchRequested), (dispatch.State, subject.Status));
    }

    [Theory]
    [InlineData(DispatchState.Arrived)]
    [InlineData(DispatchState.Completed)]
    public void Withdraw_OnceTheUnitIsThere_IsTooLate(DispatchState state)
    {
        var (subject, dispatch) = ACase.OnItsWay(state);

        Assert.Equal("dispatch.too-late-to-withdraw", dispatch.Withdraw(subject, ACase.Operator, ACase.Now)?.Code);
    }

    [Fact]
    public void Steps_OutOfOrder_AreRefused()
    {
        var (subject, dispatch) = ACase.Offered();

        Assert.Equal("dispatch.not-accepted", dispatch.Depart(subject, ACase.Doctor, ACase.Now)?.Code);
        Assert.Equal("dispatch.not-departed", dispatch.Arrive(subject, ACase.Doctor, ACase.Now)?.Code);
        Assert.Equal("dispatch.not-arrived", dispatch.Complete(subject, ACase.Doctor, ACase.Now)?.Code);
        Assert.Equal(DispatchState.Offered, dispatch.State);
    }
}
