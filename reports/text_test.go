package reports
import ("testing";"os")
func TestLook(t *testing.T){ r:=sample(t); Text(os.Stdout,r); r=reportOf(t,Sim,noisyNeighbour(nil)); Text(os.Stdout,r) }
